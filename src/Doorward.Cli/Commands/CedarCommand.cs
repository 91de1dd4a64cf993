using System.CommandLine;
using Doorward.Cli.Commands.Cedar;

namespace Doorward.Cli.Commands;

/// <summary>`cedar`: the policy language by itself, on files, without an installation.</summary>
internal static class CedarCommand
{
    public static Command Create() => new("cedar", "The Cedar policy language by itself")
    {
        CedarAuthorize.Create(),
        CedarValidate.Create(),
        CedarFormat.Create(),
        CedarTranslate.CreateForSchemas(),
        CedarTranslate.CreateForPolicies(),
        CedarPartial.Create(),
        CedarAnalyze.Create(),
        CedarDiff.Create(),
        new Command("batch", "Answer JSON requests from standard input, one a line, until it ends").Runs((invocation, cancel) =>
            new CedarBatch(System.Console.OpenStandardInput(), invocation.Out).RunAsync(cancel)),
    };
}
