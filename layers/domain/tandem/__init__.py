"""Tandem keeps one WhatsApp number riding in two places: the Business App and the Cloud API."""
