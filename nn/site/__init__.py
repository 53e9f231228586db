"""The site: a static folder in which Python explains and trains, in the browser.

`build` makes the folder whole, of what the others give it: `runtime` fetches Python and
the layout engine, `wheel` packs the packages as they are installed, `pages` writes the
pages, and `server` shows the folder on this machine. In the browser, the scripts of
`static` load all that, and `cells` is what they call.
"""
