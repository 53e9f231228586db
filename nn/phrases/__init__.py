"""What the pictures, the report and the command line say, in English and French."""
