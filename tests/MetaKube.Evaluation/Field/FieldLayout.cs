namespace MetaKube.Evaluation.Field;

/// <summary>The kinds of folders with pasted text, each with an expectation of another form.</summary>
internal enum FieldLayout
{
    /// <summary>attach*.txt and a truth.json with a fault and patterns: a failure from a public thread.</summary>
    Thread,

    /// <summary>kubectl.txt and a truth.json with a root cause and an object: a case of Cloud-OpsBench.</summary>
    Benchmark,

    /// <summary>attach*.txt and the expected answer in words, in expected.txt: a person judges it.</summary>
    Reduced,
}
