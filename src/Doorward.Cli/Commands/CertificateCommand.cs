using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`certificate`: what doors show browsers, and who signs it.</summary>
internal static class CertificateCommand
{
    public static Command Create() => new("certificate", "Certificates of the doors, and the authorities behind them")
    {
        new Command("list", "List the authorities, and what each gateway serves for which host").Runs(ListAsync),
    };

    private static async Task ListAsync(Invocation invocation, CancellationToken cancel)
    {
        using var client = invocation.Connect();
        var found = await client.GetAsync("certificates", cancel);
        if (invocation.Format != OutputFormat.Table)
        {
            invocation.Print(found);
            return;
        }

        invocation.Print(
            new JsonArray(found["web"]!.DeepClone(), found["components"]!.DeepClone()),
            new("AUTHORITY", "subject"), new("ONLY-FOR", "onlyFor"), new("EXPIRES", "expires"), new("FINGERPRINT", "fingerprint"));
        invocation.Out.WriteLine();
        invocation.Print(found["hosts"]!, new("HOST", "host"), new("GATEWAY", "gateway"), new("EXPIRES", "expires"), new("RENEWS", "renews"), new("FINGERPRINT", "fingerprint") { Width = 16 });
    }
}
