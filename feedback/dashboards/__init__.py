"""The numbers of a journey or of a workspace, as charts."""
