"""Pure conversions: public messages and plain values to formats that others read."""
