using System.Net;

namespace Doorward.Cedar.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public void The_example_of_the_readme_is_the_code_below_and_prints_what_it_says()
    {
        var source = Read("ReadmeTests.cs");
        var begin = source.IndexOf("        // begin\n", StringComparison.Ordinal) + "        // begin\n".Length;
        var code = source[begin..source.IndexOf("        // end\n", StringComparison.Ordinal)];
        var unindented = string.Join('\n', code.Split('\n').Select(line => line.StartsWith("        ", StringComparison.Ordinal) ? line[8..] : line));

        Assert.Contains($"```csharp\n{unindented.Replace("output.WriteLine", "Console.WriteLine", StringComparison.Ordinal)}```", Read("README.md"), StringComparison.Ordinal);
        Assert.Contains($"prints `{Run()}`", Read("README.md"), StringComparison.Ordinal);
    }

    private static string Run()
    {
        using var output = new StringWriter();

        // begin
        var policies = PolicySet.Parse("""
            permit (principal in Group::"engineering", action == Action::"read", resource)
            when { context.network.isInRange(ip("10.0.0.0/8")) };
            """);
        if (!policies.Success) throw new InvalidDataException(policies.Errors[0].ToString());

        var alice = new EntityUid("User", "alice");
        var entities = EntityStore.Create([new Entity(alice, new EntityUid("Group", "engineering"))]);
        var context = RecordValue.Create(("network", IpAddressValue.From(IPAddress.Parse("10.1.2.3"))));

        var answer = Authorizer.IsAuthorized(
            policies.PolicySet, entities,
            new AuthorizationRequest(alice, new EntityUid("Action", "read"), new EntityUid("Page", "home"), context));

        output.WriteLine($"{answer.Decision} because of {string.Join(", ", answer.Reasons)}");
        // end
        return output.ToString().Trim();
    }

    private static string Read(string name)
    {
        using var stream = typeof(ReadmeTests).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
