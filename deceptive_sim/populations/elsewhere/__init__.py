"""Populations for other programs: xarray, pandas, single agents episode by episode, and Mesa."""
