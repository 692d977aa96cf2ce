"""The YAML face: schema, loading, positions of errors, parameter paths, the shipped scenarios."""
