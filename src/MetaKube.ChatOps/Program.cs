using MetaKube.ChatOps;
using MetaKube.ChatOps.Cli;

// A pattern that hostile text makes slow ends with an error instead of holding a processor for ever.
AppContext.SetData("REGEX_DEFAULT_MATCH_TIMEOUT", TimeSpan.FromSeconds(10));

return await MetaKubeCommand.RunAsync(
    args,
    [
        AskCommand.Build(),
        FeedbackCommand.Build(),
        DumpCommand.Build(),
        ExplainCommand.Build(),
        KnowledgeCommand.Build(),
        MemoryCommand.Build(),
        NotesCommand.Build(),
        ModelCommand.Build(),
        DoctorCommand.Build(),
        ServeCommand.Build(),
    ]
);
