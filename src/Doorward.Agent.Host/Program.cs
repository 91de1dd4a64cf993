using Doorward.Agent;

return AgentCommandLine.Run(args, Console.Out, Console.Error, TimeProvider.System);
