using System.Security.Authentication;
using Doorward.Agent.Keys;

namespace Doorward.Agent.People;

/// <summary>Signs a person in on this machine.</summary>
internal static class LoginCommand
{
    public static int Run(LoginOptions options, TextWriter output, TextWriter errors, TimeProvider time) => Telling(errors, async ct =>
    {
        var (installation, problem) = options.Find();
        if (installation is null) return Refuse(errors, problem!);
        using var auth = new AuthHost(installation);
        var signIns = new SignIns(auth, installation, options, errors, time);
        var (answer, refused) = options.IsByCode ? await signIns.ByCodeAsync(ct) : await signIns.ByBrowserAsync(ct);
        if (answer is null) return Refuse(errors, $"not signed in: {refused}.");
        var folder = new PersonFolder(options.Folder);
        var place = new TokenPlace(folder);
        var device = await new DeviceOfMachine(installation, options.State, time).BindAsync(answer.AccessToken!, ct);
        var expires = DateTimeOffset.FromUnixTimeSeconds(answer.Expires);
        var record = new PersonRecord
        {
            User = answer.User!,
            Auth = installation.Auth.GetLeftPart(UriPartial.Authority),
            Root = installation.Root,
            Connect = installation.Connect,
            Expires = expires,
            Sealed = place.Write(answer.AccessToken!, expires - time.GetUtcNow(), options.KeepsInFile),
        };
        folder.Write(record);
        await output.WriteLineAsync($"Signed in as {answer.User}, until {expires.LocalDateTime:yyyy-MM-dd HH:mm} at the latest{device}.");
        if (!place.IsApart(record)) await errors.WriteLineAsync($"This system keeps no folder in memory for you, so the sign-in lies in {folder.Location}: whoever copies that folder has it.");
        return 0;
    });

    /// <summary>Runs what may fail for reasons that a person can do something about.</summary>
    internal static int Telling(TextWriter errors, Func<CancellationToken, Task<int>> run)
    {
        try
        {
            return run(CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (DeviceKeyException error)
        {
            return Refuse(errors, error.Message);
        }
        catch (HttpRequestException error) when (error.InnerException is AuthenticationException)
        {
            return Refuse(errors, "whoever answers is not believed: give the installation's certificate with --ca FILE, or check this machine's clock.");
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            return Refuse(errors, $"your Doorward cannot be reached: {error.InnerException?.Message ?? error.Message}");
        }
    }

    internal static int Refuse(TextWriter errors, string why)
    {
        errors.WriteLine($"doorward-agent: {why}");
        return 1;
    }
}
