"""One outside service, one file; each speaks to a real server and says plainly when it cannot."""
