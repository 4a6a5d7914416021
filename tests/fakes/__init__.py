"""Fakes that stand for a part of the world; a test holds each to what it stands for."""
