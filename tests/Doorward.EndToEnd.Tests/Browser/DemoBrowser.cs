using System.Diagnostics;
using System.Text.RegularExpressions;
using Doorward.Testing.Product;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>
/// One <c>doorward up --demo</c>, and one Chromium whose home trusts it because <c>doorward trust install</c> was run there: no flag
/// makes the browser overlook a certificate. Shared by every test of pages; each has users and windows of its own.
/// </summary>
[CollectionDefinition(nameof(DemoBrowser))]
public sealed partial class DemoBrowser : IAsyncLifetime, ICollectionFixture<DemoBrowser>
{
    private const string Chromium = "/usr/bin/chromium";
    private readonly List<IBrowser> _browsers = [];
    private ProductProcess? _product;
    private Upstream? _upstream;
    private IPlaywright? _playwright;
    private string _home = "";

    public ProductProcess Product => _product ?? throw new InvalidOperationException(Missing);

    /// <summary>Of what stands behind the doors.</summary>
    public string UpstreamAddress => _upstream?.Address ?? throw new InvalidOperationException(Missing);

    public string DemoPassword { get; private set; } = "";

    /// <summary>The link that the first start handed out; a later start, once there are administrators, hands out none.</summary>
    public string EnrolmentLink { get; private set; } = "";

    /// <summary>Why these tests cannot run here; null when they can.</summary>
    private static string? Missing => !File.Exists(Chromium) ? "there is no chromium"
        : !File.Exists("/usr/bin/certutil") ? "there is no certutil (libnss3-tools)" : null;

    private IBrowser Trusting => _browsers[0];

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null)
            return;
        LastSight.Watch();
        _home = Directory.CreateTempSubdirectory("dw-home-").FullName;
        (_upstream, _product) = (await Upstream.StartAsync(), await ProductProcess.StartAsync("--demo"));
        DemoPassword = Password().Match(_product.Output).Groups[1].Value;
        EnrolmentLink = (await File.ReadAllTextAsync(Path.Combine(_product.Data, "enrol-administrator.link"))).Trim();
        await TrustAsync("install");
        await _product.ApplyAsync(Resources(_upstream.Address));
        _playwright = await Playwright.CreateAsync();
        await LaunchAsync(_home);
    }

    /// <summary>A person at a window of their own, with cookies of their own.</summary>
    public async Task<Person> OpenAsync(bool scripts = true)
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        return await Person.OpenAsync(this, Trusting, scripts);
    }

    /// <summary>A person who has come somewhere already; the window closes again when they do not get there.</summary>
    public async Task<Person> OpenAsync(Func<Person, Task> arrive)
    {
        var person = await OpenAsync();
        try
        {
            await arrive(person);
            return person;
        }
        catch
        {
            await person.DisposeAsync();
            throw;
        }
    }

    /// <summary>A person at a browser that has never heard of the installation's CA.</summary>
    public async Task<Person> OpenDistrustingAsync()
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        return await Person.OpenAsync(this, await LaunchAsync(Directory.CreateDirectory(Path.Combine(_home, "stranger")).FullName), scripts: true);
    }

    /// <summary>The same at a browser to which the installation is somewhere on the internet, and this machine's own programs are not.</summary>
    public async Task<Person> OpenFarAwayAsync()
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        return await Person.OpenAsync(this, await LaunchAsync(_home, $"--ip-address-space-overrides=127.0.0.1:{Product.Port}=public"), scripts: true);
    }

    public async Task AddUserAsync(string name)
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        await Product.AddUserAsync(name);
        await Product.ApplyAsync($"kind: Group\nname: {name}-group\nmembers: [{name}]\n" + Policies(name));
    }

    /// <summary>How long ago people may have signed in to use the application <c>notes</c>.</summary>
    public Task LimitSignInAgeOfNotesAsync(string age) => Product.ApplyAsync(Notes(_upstream!.Address, age));

    public async ValueTask DisposeAsync()
    {
        LastSight.Unwatch();
        foreach (var browser in _browsers)
            await browser.DisposeAsync();
        _playwright?.Dispose();
        if (_product is null)
            return;
        await TrustAsync("remove");
        await _product.DisposeAsync();
        await _upstream!.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    private async Task<IBrowser> LaunchAsync(string home, params string[] more)
    {
        var environment = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);
        environment["HOME"] = home;
        // The names of the test's domain lead to this machine; as root, Chromium has no sandbox to offer.
        string[] arguments = [$"--host-resolver-rules=MAP *.{ProductProcess.Domain} 127.0.0.1", .. Environment.IsPrivilegedProcess ? ["--no-sandbox"] : Array.Empty<string>(), .. more];
        var browser = await _playwright!.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = arguments, Env = environment });
        _browsers.Add(browser);
        return browser;
    }

    private async Task TrustAsync(string what)
    {
        var start = new ProcessStartInfo(Executable.Path, ["trust", what, "--data", Product.Data]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["HOME"] = _home;
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"trust {what}: {said}");
    }

    private static string Resources(string upstream) =>
        $$"""
        kind: Application
        name: desk
        hosts: [desk.{{ProductProcess.Domain}}]
        upstream: {{upstream}}
        ---
        kind: Application
        name: safe
        hosts: [safe.{{ProductProcess.Domain}}]
        upstream: {{upstream}}
        ---
        kind: Application
        name: broken
        hosts: [broken.{{ProductProcess.Domain}}]
        upstream: http://127.0.0.1:9
        ---
        """ + "\n" + Notes(upstream, "1h");

    private static string Notes(string upstream, string maxSignInAge) =>
        $$"""
        kind: Application
        name: notes
        hosts: [notes.{{ProductProcess.Domain}}]
        upstream: {{upstream}}
        maxSignInAge: {{maxSignInAge}}
        """;

    // A group and policies for each user: nothing that one test changes is another's.
    private static string Policies(string name) => string.Concat(new (string Application, int Assurance)[] { ("desk", 2), ("safe", 3), ("notes", 2), ("broken", 1) }.Select(door =>
        $$"""
        ---
        kind: Policy
        name: {{name}}-{{door.Application}}
        cedar: |
          permit (principal in Group::"{{name}}-group", action in Action::"access", resource == Application::"{{door.Application}}")
          when { context.session.assurance >= {{door.Assurance}} };

        """));

    [GeneratedRegex(@"password\s+(\S+)")]
    private static partial Regex Password();
}
