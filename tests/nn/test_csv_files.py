"""CSV files as people have them: read in the one way they can be, or refused."""

from __future__ import annotations

import io
from typing import Any

import pytest

from nn import load_data
from nn.__main__ import main


def column(text):
    """Return a file with a column `a` of these cells, apart by bars."""
    return "a|y\n" + "".join(f"{cell}|1\n" for cell in text.split("|"))


# The text of a file, what is said of how it is written, and the first column.
READ: dict[str, Any] = {
    "plain": ("a,y\n1.5,0\n2,1\n", {}, [1.5, 2.0]),
    "three decimals, apart by commas": ("a,y\n1.234,0\n2.345,1\n", {}, [1.234, 2.345]),
    "semicolons and decimal commas": ("a;y\n1,5;0\n-2,25;1\n", {}, [1.5, -2.25]),
    "semicolons and points, as wine": ("a;y\n7.4;0\n0.7;1\n", {}, [7.4, 0.7]),
    "tabs": ("a\ty\n1.5\t0\n2\t1\n", {}, [1.5, 2.0]),
    "bars": ("a|y\n1.5|0\n2|1\n", {}, [1.5, 2.0]),
    "spaces": ("a y\n1.5   0\n2 1\n", {"separator": " "}, [1.5, 2.0]),
    "a separator by its name": ("a\ty\n1\t0\n2\t1\n", {"separator": "tab"}, [1, 2]),
    "sep= of Excel": ("sep=;\r\na;y\r\n1;0\r\n2;1\r\n", {}, [1.0, 2.0]),
    "commas in names, apart by semicolons": ("a, b, c;y\n1;0\n2;1\n", {}, [1.0, 2.0]),
    "English thousands": (column("1,000.5|2,000"), {}, [1000.5, 2000.0]),
    "German thousands": (column("1.000,5|2.000"), {}, [1000.5, 2000.0]),
    "Swiss thousands": (column("1'000.5|1’234’567"), {}, [1000.5, 1234567.0]),
    "narrow spaces": (column("1\u202f000,5|2\u202f000"), {}, [1000.5, 2000.0]),
    "no-break spaces": (column("1\u00a0000|12\u00a0000\u00a0000"), {}, [1e3, 1.2e7]),
    "percent": (column("10%|12,5 %"), {}, [0.1, 0.125]),
    "percent of whole numbers": (column("10%|20%"), {}, [0.1, 0.2]),
    "dollars": (column("$1,234.50|-$5"), {}, [1234.5, -5.0]),
    "euros": (column("1.234,50 €|7 €"), {}, [1234.5, 7.0]),
    "a minus of Unicode": (column("−1|2,5|−0,5"), {}, [-1.0, 2.5, -0.5]),
    "exponents": (column("1e3|-2.5E-1"), {}, [1000.0, -0.25]),
    "no digit before the point": (column(".5|-.25"), {}, [0.5, -0.25]),
    "a mark of the beginning": ("\ufeffa,y\n1,0\n2,1\n", {}, [1.0, 2.0]),
    "line ends of Windows": ("a,y\r\n1,0\r\n2,1\r\n\r\n\r\n", {}, [1.0, 2.0]),
    "line ends of old Macs": ("a,y\r1,0\r2,1\r", {}, [1.0, 2.0]),
    "quoted cells": ('"a","y"\n"1,5","0"\n"2,5","1"\n', {}, [1.5, 2.5]),
    "a name of two lines": ('"a\nb",y\n1,0\n2,1\n', {}, [1.0, 2.0]),
    "lines of separators": ("a;y\n1;0\n2;1\n;\n;\n", {}, [1.0, 2.0]),
    "a separator at each end": ("a,y,\n1,0,\n2,1,\n", {}, [1.0, 2.0]),
    "a separator at each row's end": ("a,y\n1,0,\n2,1,\n", {}, [1.0, 2.0]),
    "numbered by pandas": (",a,y\n0,1.5,0\n1,2,1\n", {}, [1.5, 2.0]),
    "named by write.csv of R": ('"","a","y"\n"x1",1.5,0\n"x2",2,1\n', {}, [1.5, 2.0]),
    "by write.table": ('"a" "y"\n"1" 1.5 0\n"2" 2 1\n', {"separator": " "}, [1.5, 2]),
    "numbered under a name": ("id,a,y\n7,1,0\n9,2,1\n", {"index": "id"}, [1.0, 2.0]),
    "a number that is no index": ("id,y\n7,0\n9,1\n", {"index": ""}, [7.0, 9.0]),
    "without names": ("1.5,0\n2,1\n", {"header": False}, [1.5, 2.0]),
    "years as names": ("2020,2021\n1,0\n2,1\n", {"header": True}, [1.0, 2.0]),
    "thousands as said": (column("1,234|5,678"), {"decimal": "."}, [1234.0, 5678.0]),
    "decimals as said": (column("1,234|5,678"), {"decimal": ","}, [1.234, 5.678]),
    "decimals by another column": ("a;y\n1,234;0,5\n5,678;1,5\n", {}, [1.234, 5.678]),
}  # fmt: skip

# And what is not.
REFUSED = {
    "1,234 alone": (column("1,234|5,678"), "'1,234' in row 1 .*--decimal . or"),
    "1.234 alone": (column("12|1.234"), r"'1\.234' in row 2 \(line 3\).*--decimal"),
    "quoted 1,234": ('a,y\n"1,234",0\n"5,678",1\n', "'1,234' in row 1 .*--decimal"),
    "two marks": (column("1,5|2,5|1.5"), r"in column 'a'; got '1\.5' in row 3"),
    "two currencies": (column("$5|€6"), "got '€6' in row 2"),
    "percent or not": (column("10%|20"), "got '20' in row 2"),
    "10**400": (column("1|10**400"), r"1\.8e308.*; got '10\*\*400' in row 2"),
    "its digits": (column(f"1|{10**400}"), r"got '10{39}…' in row 2"),
    "1e999": (column("1e999|1"), "got '1e999' in row 1"),
    "brackets of accounts": (column("5|(6)|7"), r"got '\(6\)' in row 2"),
    "empty cells": (column("5||7"), "a value in every cell; got '' in row 2"),
    "NA of R": (column("5|NA|7"), "got 'NA' in row 2"),
    "a point of SAS": (column("5|.|7"), r"got '\.' in row 2"),
    "a word": (column("5|six|7"), "got 'six' in row 2 .* most are"),
    "two separators": ("a,b;c\n1,5;2\n", "got ',', ';', which both fit .*--separator"),
    "no names": ("1.5,0\n2,1\n", "--no-header numbers"),
    "numbered under a name": ("id,a,y\n1,5,0\n2,6,1\n", "got 'id', .*--index and"),
    "by pandas, twice": ("Unnamed: 0,a,y\n0,5,0\n1,6,1\n", "got 'Unnamed: 0'"),
    "some stars": ("a,y\n" + 9 * "1,3\n2,4\n3,5\n", "'3', '4', '5', .*--classes"),
    "a row too short": ("a;y\n1;0\n2\n", r"got 1 in row 2 \(line 3\)"),
    "misspelt": ("a,sort\n1,0\n2,1\n", r"did you mean sort\?"),
}  # fmt: skip


@pytest.mark.parametrize("kind", READ)
def test_read_in_one_way(tmp_path, kind):
    text, options, cells = READ[kind]
    file = tmp_path / "a.csv"
    file.write_text(text, "utf-8", newline="")
    data = load_data(file, **options)
    assert data.X[:, 0].tolist() == cells and data.X.shape == (len(cells), 1)


@pytest.mark.parametrize("kind", REFUSED)
def test_refused_with_the_option_that_decides(tmp_path, kind):
    text, message = REFUSED[kind]
    file = tmp_path / "a.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=message):
        load_data(file, target="sorte" if "misspelt" in kind else None)


def test_other_encodings(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("a;œuf\n1;dur\n2;café\n", "cp1252")
    with pytest.raises(
        ValueError, match=r"in UTF-8; got byte 0x9c .*--encoding cp1252"
    ):
        load_data(file)
    assert load_data(file, encoding="cp1252").classes == ["café", "dur"]
    with pytest.raises(ValueError, match=r"encoding needs one .*; got 'latin-99'"):
        load_data(file, encoding="latin-99")
    file.write_text("a\tb\n1\tå\n2\tø\n", "utf-16")  # what Excel calls Unicode text
    assert load_data(file).classes == ["å", "ø"]
    for option in ("decimal", "separator"):
        wrong: dict[str, Any] = {option: "::"}
        with pytest.raises(ValueError, match="needs"):
            load_data(file, **wrong)


def test_whole_numbers_are_classes_or_not(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("a,y\n" + 9 * "1,3\n2,4\n3,5\n")
    assert load_data(file, classes=True).classes == ["3", "4", "5"]
    assert load_data(file, classes=False).classes == []
    file.write_text("a,y\n1,no\n2,yes\n")
    with pytest.raises(ValueError, match="got 'no' in row 1"):
        load_data(file, classes=False)


def test_options_of_the_commands_and_the_standard_streams(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"{i}|1,{i:03}|{3 + i % 2}|o\n" for i in range(40))

    def comes(text):
        stream = io.TextIOWrapper(io.BytesIO(text.encode("cp1252")))
        monkeypatch.setattr("sys.stdin", stream)

    options = ["--separator", "|", "--decimal", ",", "--encoding", "cp1252"]
    train = ["train", "-", *options, "--no-header", "--target", "3", "--index", "1"]
    train += ["--classes", "--hidden", "2", "--epochs", "1", "--lr", "0,05"]
    comes(rows.replace("o", "é"))
    assert main([*train, "--language", "en"]) == 0
    assert "A 2-2-1 network" in capsys.readouterr().out
    predict = ["predict", "model.safetensors", "-", "-o", "-", "--separator", "|"]
    comes("2|1,007|x|é\n2|2,500|x|é\n")
    assert (
        main([*predict, "--decimal", ",", "--no-header", "--encoding", "cp1252"]) == 0
    )
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "3,p(3),p(4)" and len(lines) == 3
