"""What the engine does with each element of BPMN 2.0: one small diagram per behaviour, named after what it proves."""
