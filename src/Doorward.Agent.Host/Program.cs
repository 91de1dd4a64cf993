using Doorward.Agent;

return AgentCommandLine.Run(args, Console.In, Console.Out, Console.Error, TimeProvider.System);
