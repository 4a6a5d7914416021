"""Everything that speaks Meta: signature, wire shapes, the Graph client, error families."""
