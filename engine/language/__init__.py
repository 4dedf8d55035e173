"""The languages of policy staff: BPMN diagrams, form-js forms, DMN tables and FEEL; pure functions."""
