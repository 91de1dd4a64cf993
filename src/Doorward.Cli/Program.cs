using System.CommandLine;
using Doorward.Cli;

return await CommandLine.RunAsync(args, Nouns.All(), new InvocationConfiguration { EnableDefaultExceptionHandler = false });
