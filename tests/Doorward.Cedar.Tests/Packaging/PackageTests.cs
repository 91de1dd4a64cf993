using System.IO.Compression;
using System.Xml.Linq;

namespace Doorward.Cedar.Tests.Packaging;

/// <summary>What others get: one assembly without dependencies, documented, licensed, and with symbols.</summary>
[Collection(nameof(Undisturbed))]
public sealed class PackageTests
{
    [Fact]
    public async Task The_package_holds_what_others_need_and_depends_on_nothing()
    {
        using var package = await Package.PackAsync();
        await using var zip = await ZipFile.OpenReadAsync(package.Path, TestContext.Current.CancellationToken);
        var names = zip.Entries.Select(entry => entry.FullName).ToList();
        await using var stream = await zip.GetEntry("Doorward.Cedar.nuspec")!.OpenAsync(TestContext.Current.CancellationToken);
        var nuspec = await XDocument.LoadAsync(stream, LoadOptions.None, TestContext.Current.CancellationToken);
        string? Value(string name) => nuspec.Descendants().FirstOrDefault(element => element.Name.LocalName == name)?.Value;

        Assert.Equal(["lib/net10.0/Doorward.Cedar.dll", "lib/net10.0/Doorward.Cedar.xml"], names.Where(name => name.StartsWith("lib/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Contains("README.md", names);
        Assert.Equal(("Doorward.Cedar", "Apache-2.0", "README.md"), (Value("id"), Value("license"), Value("readme")));
        Assert.DoesNotContain(nuspec.Descendants(), element => element.Name.LocalName == "dependency");
        Assert.DoesNotContain(Package.Repository, await TextOfAsync(zip.GetEntry("lib/net10.0/Doorward.Cedar.dll")!), StringComparison.Ordinal);
        await using var symbols = await ZipFile.OpenReadAsync(package.SymbolsPath, TestContext.Current.CancellationToken);
        Assert.Contains(symbols.Entries, entry => entry.FullName == "lib/net10.0/Doorward.Cedar.pdb");
    }

    // Publishing takes a minute or two.
    [Fact(Explicit = true)]
    public async Task A_program_that_uses_the_package_is_compiled_ahead_of_time_without_a_warning_and_decides()
    {
        using var package = await Package.PackAsync();
        var consumer = package.Folder.CreateSubdirectory("consumer");
        foreach (var (name, text) in Consumer(package)) await File.WriteAllTextAsync(Path.Combine(consumer.FullName, name), text, TestContext.Current.CancellationToken);

        var (code, output) = await Package.RunAsync(consumer.FullName, "publish", "-c", "Release", "-o", "published", "--use-current-runtime", "--verbosity", "quiet");
        Assert.True(code == 0 && !output.Contains("warning", StringComparison.OrdinalIgnoreCase), output);
        Assert.False(File.Exists(Path.Combine(consumer.FullName, "published", "Doorward.Cedar.dll")));
        using var program = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(Path.Combine(consumer.FullName, "published", "consumer")) { RedirectStandardOutput = true })!;
        Assert.Equal("Allow because of policy0, valid: True\n", await program.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact(Explicit = true)]
    public async Task Two_builds_in_two_folders_give_the_same_assembly()
    {
        using var one = await Package.PackAsync();
        using var other = await Package.PackAsync();

        Assert.Equal(await AssemblyAsync(one), await AssemblyAsync(other));
    }

    private static (string Name, string Text)[] Consumer(Package package) =>
    [
        ("nuget.config", $"""
            <configuration>
              <packageSources><add key="local" value="{package.Folder.FullName}" /></packageSources>
            </configuration>
            """),
        ("consumer.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <PublishAot>true</PublishAot>
                <InvariantGlobalization>true</InvariantGlobalization>
                <TrimmerSingleWarn>false</TrimmerSingleWarn>
                <ImplicitUsings>enable</ImplicitUsings>
                <NuGetAudit>false</NuGetAudit>
                <!-- What is installed for others stays; ours, of a version that changes, comes from the folder alone. -->
                <RestorePackagesPath>{Path.Combine(package.Folder.FullName, "packages")}</RestorePackagesPath>
                <RestoreFallbackFolders>{Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)}/.nuget/packages</RestoreFallbackFolders>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="Doorward.Cedar" Version="{package.Version}" /></ItemGroup>
            </Project>
            """),
        ("Program.cs", """"
            using System.Text;
            using Doorward.Cedar;
            using Doorward.Cedar.Schemas;
            using Doorward.Cedar.Validation;

            var schema = Schema.Parse("entity User in Group; entity Group; entity Page; action read appliesTo { principal: User, resource: Page, context: { age: Long } };").Schema!;
            var policies = PolicySet.Parse("""permit (principal in Group::"staff", action == Action::"read", resource) when { context.age > 1 };""").PolicySet!;
            var entities = CedarJson.ReadEntities(Encoding.UTF8.GetBytes("""[{"uid":{"type":"User","id":"a"},"attrs":{},"parents":[{"type":"Group","id":"staff"}]}]""")).Value!;
            var context = CedarJson.ReadContext(Encoding.UTF8.GetBytes("""{"age":2}""")).Value!;
            var request = new AuthorizationRequest(new EntityUid("User", "a"), new EntityUid("Action", "read"), new EntityUid("Page", "p"), context);
            var answer = Authorizer.IsAuthorized(policies, entities, request);
            Console.Write($"{answer.Decision} because of {string.Join(", ", answer.Reasons)}, valid: {new PolicyValidator(schema).Validate(policies).IsValid}\n");
            """"),
    ];

    private static async Task<byte[]> AssemblyAsync(Package package)
    {
        await using var zip = await ZipFile.OpenReadAsync(package.Path, TestContext.Current.CancellationToken);
        return await BytesAsync(zip.GetEntry("lib/net10.0/Doorward.Cedar.dll")!);
    }

    private static async Task<string> TextOfAsync(ZipArchiveEntry entry) => System.Text.Encoding.Latin1.GetString(await BytesAsync(entry));

    private static async Task<byte[]> BytesAsync(ZipArchiveEntry entry)
    {
        using var bytes = new MemoryStream();
        await using var stream = await entry.OpenAsync(TestContext.Current.CancellationToken);
        await stream.CopyToAsync(bytes, TestContext.Current.CancellationToken);
        return bytes.ToArray();
    }
}
