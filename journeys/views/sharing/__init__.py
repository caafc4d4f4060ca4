"""Pages on which members make links, and the pages to which these lead."""
