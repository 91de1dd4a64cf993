using System.Security.Cryptography;
using System.Text;
using Doorward.Control.Decisions;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Tests.Decisions;

/// <summary>What explanations live on is bounded by age and by number.</summary>
public sealed class DecisionRetentionTests
{
    [Fact]
    public async Task Forgets_the_oldest_decisions_and_the_longest_unused_inputs_beyond_a_number()
    {
        await using var test = await TestInstallation.CreateAsync(add: static services => services.AddSingleton<DecisionRetention>());
        var now = test.Time.GetUtcNow();
        await using (var db = test.Open())
        {
            for (var i = 0; i < 10; i++)
            {
                var input = new EvaluationInputEntry { Hash = Hash(i), Json = "{}", LastUsed = now.AddMinutes(i) };
                db.EvaluationInputs.Add(input);
                db.Decisions.Add(Decision(i, now.AddMinutes(i), input.Hash));
            }

            await db.SaveChangesAsync();
        }

        Assert.Equal(2, await test.Services.GetRequiredService<DecisionRetention>().SweepAsync(most: 8, mostInputs: 3, CancellationToken.None));
        await using var after = test.Open();
        Assert.Equal(["dec_2", "dec_3", "dec_4", "dec_5", "dec_6", "dec_7", "dec_8", "dec_9"], await after.Decisions.OrderBy(d => d.Id).Select(d => d.Id).ToListAsync());
        var kept = await after.EvaluationInputs.OrderBy(i => i.LastUsed).Select(i => i.Hash).ToListAsync();
        Assert.Equal([Hash(7), Hash(8), Hash(9)], kept);
    }

    [Fact]
    public async Task Forgets_after_thirty_days_what_no_decision_names()
    {
        await using var test = await TestInstallation.CreateAsync(add: static services => services.AddSingleton<DecisionRetention>());
        var now = test.Time.GetUtcNow();
        await using (var db = test.Open())
        {
            db.EvaluationInputs.Add(new EvaluationInputEntry { Hash = Hash(1), Json = "{}", LastUsed = now.AddDays(-31) });
            db.EvaluationInputs.Add(new EvaluationInputEntry { Hash = Hash(2), Json = "{}", LastUsed = now.AddDays(-31) });
            db.Decisions.Add(Decision(1, now.AddDays(-1), Hash(1)));
            db.Decisions.Add(Decision(2, now.AddDays(-31), Hash(2)));
            await db.SaveChangesAsync();
        }

        Assert.Equal(1, await test.Services.GetRequiredService<DecisionRetention>().SweepAsync(10, 10, CancellationToken.None));
        await using var after = test.Open();
        Assert.Equal(Hash(1), (await after.EvaluationInputs.SingleAsync()).Hash);
    }

    private static byte[] Hash(int number) => SHA256.HashData(Encoding.ASCII.GetBytes($"{number}"));

    private static DecisionEntry Decision(int number, DateTimeOffset at, byte[] input) => new()
    {
        Id = $"dec_{number}",
        Gateway = "edge",
        At = at,
        Allowed = true,
        Cause = "Permitted",
        Application = "wiki",
        Action = "read",
        PolicyRevision = 1,
        Revision = 1,
        InputHash = input,
    };
}
