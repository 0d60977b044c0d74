"""Ground floor: errors, codec, resources, translations, jobs, workers. Nothing of medicine."""
