using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Doorward.Core.Agents;
using Doorward.Core.Identifiers;

namespace Doorward.Agent.People;

/// <summary>The two ways to a token: this machine's browser, or a code that is typed into another's.</summary>
internal sealed class SignIns(AuthHost auth, Installation installation, LoginOptions options, TextWriter notes, TimeProvider time)
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(10);

    public async Task<(TokenAnswer? Answer, string? Problem)> ByBrowserAsync(CancellationToken ct)
    {
        var (verifier, state) = (Credential.New(), Credential.New());
        using var back = new LoopbackReturn(state, installation.Auth.GetLeftPart(UriPartial.Authority));
        var address = Authorize(back.Address, state, Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))));
        await notes.WriteLineAsync($"Open this address in a browser of this machine, if it does not open by itself:\n\n  {address}\n");
        await notes.FlushAsync(ct);
        OpenBrowser(address);
        using var late = new CancellationTokenSource(s_longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, ct);
        (string? Code, string? Problem) came;
        try
        {
            came = await back.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return (null, "nobody came back from the browser in ten minutes");
        }

        return came.Code is null ? (null, came.Problem) : Judge(await auth.PostFormAsync(AgentPaths.Token, new()
        {
            ["grant_type"] = "authorization_code",
            ["client_id"] = AgentPaths.ClientId,
            ["redirect_uri"] = back.Address,
            ["code"] = came.Code,
            ["code_verifier"] = verifier,
        }, AgentJson.Default.TokenAnswer, ct));
    }

    public async Task<(TokenAnswer? Answer, string? Problem)> ByCodeAsync(CancellationToken ct)
    {
        var asked = await auth.PostFormAsync(AgentPaths.DeviceCode, new() { ["client_id"] = AgentPaths.ClientId, ["machine"] = Environment.MachineName }, AgentJson.Default.DeviceCodeAnswer, ct);
        if (asked is not { DeviceCode: { } device, UserCode: { } user, VerificationUri: { } page }) return (null, Words(asked.Error, asked.ErrorDescription));
        await notes.WriteLineAsync($"In a browser where you are signed in, open\n\n  {page}\n\nand enter the code  {user}");
        await notes.FlushAsync(ct);
        var interval = TimeSpan.FromSeconds(Math.Clamp(asked.Interval, 1, 60));
        for (var until = time.GetUtcNow() + TimeSpan.FromSeconds(asked.ExpiresIn); time.GetUtcNow() < until;)
        {
            await Task.Delay(interval, time, ct);
            var answer = await auth.PostFormAsync(AgentPaths.Token, new()
            {
                ["grant_type"] = "urn:ietf:params:oauth:grant-type:device_code",
                ["client_id"] = AgentPaths.ClientId,
                ["device_code"] = device,
            }, AgentJson.Default.TokenAnswer, ct);
            if (answer.Error == "slow_down") interval += TimeSpan.FromSeconds(5);
            else if (answer.Error != "authorization_pending") return Judge(answer);
        }

        return (null, Words("expired_token", null));
    }

    private string Authorize(string back, string state, string challenge)
    {
        var query = new StringBuilder($"?client_id={AgentPaths.ClientId}&response_type=code&code_challenge_method=S256&code_challenge={challenge}&state={state}")
            .Append($"&redirect_uri={Uri.EscapeDataString(back)}&machine={Uri.EscapeDataString(Environment.MachineName)}");
        if (options.IsFresh) query.Append("&prompt=login");
        if (options.Assurance is { } assurance) query.Append($"&acr_values=urn:doorward:assurance:{assurance}");
        return new Uri(installation.Auth, AgentPaths.Authorize + query).AbsoluteUri;
    }

    private static (TokenAnswer? Answer, string? Problem) Judge(TokenAnswer answer) =>
        answer is { AccessToken: not null, User: not null } ? (answer, null) : (null, Words(answer.Error, answer.ErrorDescription));

    private static string Words(string? error, string? description) => error switch
    {
        "access_denied" => "you did not allow it",
        "expired_token" => "the code was not entered in time",
        _ => description is { Length: <= 200 } && !description.Any(char.IsControl) ? description : "it was refused",
    };

    // What a person could do; where there is no desktop it does nothing, and the address stands above.
    private static void OpenBrowser(string address)
    {
        try
        {
            if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("DISPLAY") is null && Environment.GetEnvironmentVariable("WAYLAND_DISPLAY") is null) return;
            using var opened = OperatingSystem.IsLinux() || OperatingSystem.IsMacOS()
                ? Process.Start(new ProcessStartInfo(OperatingSystem.IsLinux() ? "xdg-open" : "open", [address]) { RedirectStandardOutput = true, RedirectStandardError = true })
                : Process.Start(new ProcessStartInfo(address) { UseShellExecute = true });
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            // Then by hand.
        }
    }
}
