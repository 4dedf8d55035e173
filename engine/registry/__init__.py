"""Who and where: regions, departments, posts, accounts, citizens, access and the calendar."""
