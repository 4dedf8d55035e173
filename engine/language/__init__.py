"""The languages of policy staff: BPMN diagrams, form-js forms, DMN tables and FEEL, read and checked; pure functions."""
