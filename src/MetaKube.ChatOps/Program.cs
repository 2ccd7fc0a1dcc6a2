using MetaKube.ChatOps.Cli;

return await MetaKubeCommand.RunAsync(args);
