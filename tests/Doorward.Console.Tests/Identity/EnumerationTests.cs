using System.Net;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Console.Tests.Identity;

[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public sealed class EnumerationTests
{
    [Fact]
    public async Task Takes_as_long_for_who_does_not_exist_is_disabled_or_has_no_password()
    {
        await using var host = await AuthHost.StartAsync();
        var checks = host.Services.GetRequiredService<FactorChecks>();
        await host.AddPersonAsync("alice");
        await host.AddPersonAsync("gone");
        await using (var db = host.OpenDb())
        {
            db.Users.Add(new User { UserName = "dana@corp", NormalizedUserName = "DANA@CORP", IdentityProvider = "corp", ExternalSubject = "x" });
            db.Users.Add(new User { UserName = "fresh", NormalizedUserName = "FRESH" });
            (await db.Users.SingleAsync(user => user.UserName == "gone")).Disabled = true;
            await db.SaveChangesAsync();
        }
        string[] names = ["alice", "nobody", "gone", "dana@corp", "fresh"];
        var fastest = names.ToDictionary(name => name, _ => TimeSpan.MaxValue);
        // Processor time, alone in this process: the clock on the wall would measure what else the machine does.
        for (var round = 0; round < SignInLimits.FreeFailures; round++)
        {
            foreach (var name in names)
            {
                var before = Environment.CpuUsage.TotalTime;
                await checks.PasswordAsync(name, "not the password at all", new AttemptSource(IPAddress.Loopback), CancellationToken.None);
                fastest[name] = new[] { fastest[name], Environment.CpuUsage.TotalTime - before }.Min();
            }
        }
        // A hash that is left out makes it hundreds of times faster; what shares the core with us can make it twice as slow.
        Assert.All(fastest, measured => Assert.InRange(measured.Value / fastest["alice"], 0.2, 5.0));
    }
}
