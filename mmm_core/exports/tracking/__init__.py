"""What does a tracking server keep of a run? Parameters, figures, sentences and files, in MLflow's terms."""
