using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cli.Health;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`doctor`: looks at what usually goes wrong, and says what to do about each.</summary>
internal static class DoctorCommand
{
    public static Command Create() => new Command("doctor", "Check this machine and the installation on it").Returns(async (invocation, cancel) =>
    {
        var findings = new JsonArray();
        var healthy = true;
        var absent = new HashSet<string>(StringComparer.Ordinal);
        foreach (var check in HealthCheck.All)
        {
            var finding = check.Needs is { } needed && absent.Contains(needed)
                ? new Finding(false, $"not looked at: see {needed}") { OnlyNoted = true, IsAbsent = true }
                : await check.RunAsync(invocation.Data, cancel);
            if (finding.IsAbsent) absent.Add(check.Name);
            healthy &= finding.Result != "bad";
            findings.Add(new JsonObject { ["check"] = check.Name, ["result"] = finding.Result, ["found"] = finding.Found, ["fix"] = finding.Fix });
        }

        invocation.Print(findings, new("CHECK", "check"), new("RESULT", "result"), new("FOUND", "found"), new("FIX", "fix"));
        return healthy ? CommandLine.Done : CommandLine.Failed;
    });
}
