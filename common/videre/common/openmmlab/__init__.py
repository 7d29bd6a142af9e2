"""Models of OpenMMLab's libraries, read without running anything that is in their files."""
