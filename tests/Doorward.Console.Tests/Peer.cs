using System.Diagnostics;
using System.Text.Json;
using Doorward.Testing;

namespace Doorward.Console.Tests;

/// <summary>A program of others' making (tests/peers) that speaks OpenID Connect with us; JSON lines go both ways.</summary>
internal sealed class Peer : IAsyncDisposable
{
    private readonly Process process;
    private readonly Task<string> errors;

    private Peer(Process process)
    {
        this.process = process;
        errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Skips the test when there is no node on this machine.</summary>
    public static async Task<Peer> StartAsync(string script, string[] arguments, Dictionary<string, string>? environment = null)
    {
        var missing = await NodePackages.MissingAsync();
        Assert.SkipWhen(missing is not null, missing ?? "");
        return new Peer(NodePackages.Run("node", [script, .. arguments], environment));
    }

    public async Task<JsonElement> ReadAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        if (await process.StandardOutput.ReadLineAsync(patience.Token) is not { } line)
            throw new InvalidOperationException($"The peer ended: {await errors}");
        return JsonSerializer.Deserialize<JsonElement>(line);
    }

    public Task WriteAsync(string line) => process.StandardInput.WriteLineAsync(line);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
