using MetaKube.ChatOps;
using MetaKube.ChatOps.Cli;

return await MetaKubeCommand.RunAsync(
    args,
    [
        AskCommand.Build(),
        FeedbackCommand.Build(),
        DumpCommand.Build(),
        ExplainCommand.Build(),
        KnowledgeCommand.Build(),
        MemoryCommand.Build(),
        ModelCommand.Build(),
        DoctorCommand.Build(),
        ServeCommand.Build(),
    ]
);
