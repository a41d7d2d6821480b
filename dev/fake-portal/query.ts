/** The parameters behind the question mark; one that is given twice is a list. */
export type Query = Record<string, string | string[] | undefined>;
