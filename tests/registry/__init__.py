"""Tests of who and where: regions, accounts, citizens, access, the calendar."""
