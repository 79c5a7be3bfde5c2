"""What is kept of plans: made of a run on request, saved under a name, compared, taken away as a workbook."""
