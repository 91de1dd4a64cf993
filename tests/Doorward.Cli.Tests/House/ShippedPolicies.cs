using Doorward.Cli.Bench;
using Doorward.Cli.Commands;
using Doorward.Cli.Demo;
using Doorward.Cli.Documents;
using Doorward.Core.Policies;
using Doorward.Testing;

namespace Doorward.Cli.Tests.House;

/// <summary>Every policy that the product ships or writes for somebody could be published as it is. Those of guides: <see cref="Guides"/>.</summary>
public class ShippedPolicies
{
    [Fact]
    public void The_policies_of_the_console_are_valid()
    {
        var files = Checkout.Files("*.cedar").Where(file => file.StartsWith("src/", StringComparison.Ordinal) && !file.Contains("/Roles/", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(files);
        Assert.All(files, file => AssertValid(file, Checkout.Read(file)));
    }

    [Fact]
    public async Task The_policies_of_the_demo_are_valid()
    {
        await using var demo = await DemoApplications.StartAsync(TimeProvider.System, CancellationToken.None);

        AssertValid(DocumentReader.Read("demo", DemoResources.Yaml(demo, "x.test")), 3);
    }

    [Fact]
    public void The_policies_that_bench_measures_with_are_valid()
    {
        var resources = new BenchResources("http://127.0.0.1:9000");
        string[] all = [resources.Begin(["a"]), resources.OtherDoor(["b"]), BenchResources.Policy("principal in Group::\"nobody\""), BenchResources.PolicyUntil(TimeProvider.System.GetUtcNow())];

        Assert.All(all, yaml => AssertValid(DocumentReader.Read("bench", yaml), 1));
    }

    [Fact]
    public void The_policy_that_protect_writes_is_valid() =>
        AssertValid(new ProtectedDoor("wiki", "staff", new Uri("http://127.0.0.1:9000"), "example.test", 8443).Documents, 1);

    private static void AssertValid(IReadOnlyList<Document> documents, int policies)
    {
        var texts = documents.Where(document => document.Json["kind"]!.ToString() == "Policy").Select(document => document.Json["spec"]!["cedar"]!.ToString()).ToList();
        Assert.Equal(policies, texts.Count);
        Assert.All(texts, text => AssertValid("policy", text));
    }

    private static void AssertValid(string name, string cedar)
    {
        var check = PolicyCheck.Of(name, cedar.Trim());
        Assert.Empty(check.Errors);
        Assert.Empty(check.Warnings);
    }
}
