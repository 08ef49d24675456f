"""What became readable to more people, or to fewer, since the last release."""
