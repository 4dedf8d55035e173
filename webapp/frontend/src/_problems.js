// After a post with problems, the summary takes the focus, so that a screen reader begins with it.
export const focusProblems = () => document.querySelector('.error-summary')?.focus();
