using System.Diagnostics;

namespace Doorward.Cli.Tests.Commands;

/// <summary>A million recorded requests over 1,000 policies of which some differ, through `cedar diff` from file to answer.</summary>
public sealed class CedarDiffScaleTests(ITestOutputHelper output)
{
    private const int Requests = 1_000_000, Policies = 1_000, Users = 10_000, Applications = 100;

    [Fact(Explicit = true)]
    public async Task Compares_a_million_recorded_requests_in_a_minute_of_two_processors()
    {
        var folder = Directory.CreateTempSubdirectory("doorward-diff-");
        try
        {
            string Path(string name) => System.IO.Path.Combine(folder.FullName, name);
            await File.WriteAllLinesAsync(Path("old.cedar"), Enumerable.Range(0, Policies).Select(i => Policy(i, 1 + i % 2)));
            await File.WriteAllLinesAsync(Path("new.cedar"), Enumerable.Range(0, Policies).Where(i => i % 100 != 7).Select(i => Policy(i, i % 100 == 9 ? 3 : 1 + i % 2))
                .Append("forbid (principal, action, resource) when { context.risk.score > 95 };"));
            await File.WriteAllTextAsync(Path("entities.json"), $"[{string.Join(',', Enumerable.Range(0, Users).Select(User))}]");
            await File.WriteAllLinesAsync(Path("requests.jsonl"), Enumerable.Range(0, Requests).Select(Request));
            var (begun, cpu) = (Stopwatch.GetTimestamp(), Process.GetCurrentProcess().TotalProcessorTime);

            var said = await Said.ByAsync(
                "cedar", "diff", Path("old.cedar"), Path("new.cedar"), "--requests", Path("requests.jsonl"), "--entities", Path("entities.json"), "--deny-on-error");

            var spent = Process.GetCurrentProcess().TotalProcessorTime - cpu;
            output.WriteLine($"{said.Out.Split('\n')[^2]} {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s, {spent.TotalSeconds:F1} s of processor time, {new FileInfo(Path("requests.jsonl")).Length >> 20} MB");
            Assert.StartsWith($"{Requests} requests: ", said.Out.Split('\n')[^2], StringComparison.Ordinal);
            Assert.True(spent < TimeSpan.FromMinutes(2));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Policy(int i, int assurance) => i % 100 == 0
        ? "forbid (principal, action, resource) unless { context.session.assurance >= 1 };"
        : $"permit (principal in Group::\"g{i}\", action, resource == Application::\"a{i * 13 % Applications}\") "
            + $"when {{ context.session.assurance >= {assurance} && context has device && context.device.compliant }};";

    private static string User(int i) =>
        $$"""{"uid":{"type":"User","id":"u{{i}}"},"attrs":{},"parents":[{"type":"Group","id":"g{{i % Policies}}"},{"type":"Group","id":"g{{i * 7 % Policies}}"}]}""";

    private static string Request(int i)
    {
        var user = (int)(i * 7919L % Users);
        var group = (i % 2 == 0 ? user : user * 7) % Policies;
        return $$"""{"principal":{"type":"User","id":"u{{user}}"},"action":{"type":"Action","id":"read"},"resource":{"type":"Application","id":"a{{group * 13 % Applications}}"},"""
            + $$""" "context":{"session":{"assurance":{{1 + i % 3}},"mfa":true,"methods":["pwd","otp"],"age":{{i % 3600}} },"""
            + $$""" "device":{"id":"d{{user}}","managed":true,"compliant":{{(i % 10 == 0 ? "false" : "true")}} },"time":{"hour":{{i % 24}},"weekday":{{i % 7}} },"""
            + $$""" "risk":{"score":{{i % 101}} },"http":{"method":"GET","host":"a.example","path":"/p/{{i}}"} } }""";
    }
}
