using System.Text;
using Doorward.Core.Evaluations;
using Doorward.Gateway.Spool;
using Doorward.Testing.ControlPlane;

namespace Doorward.Gateway.Tests.Deciding;

public sealed class RecordTests
{
    [Fact]
    public async Task Serves_nothing_new_when_the_record_cannot_be_written()
    {
        await using var gateway = await DecidingGateway.StartAsync(configure: options => options with { SpoolLimit = 64 * 1024 });
        gateway.Plane.TakesRecords = false;
        var statuses = new List<int>();
        for (var i = 0; i < 200 && !statuses.Contains(503); i++)
            statuses.Add(await gateway.StatusAsync(gateway.SignIn($"ses_{i}", "alice")));

        Assert.Equal(200, statuses[0]);
        Assert.Equal(503, statuses[^1]);
        var served = gateway.Upstream.Requests;
        Assert.Equal(503, await gateway.StatusAsync(gateway.SignIn("ses_last", "alice")));
        Assert.Equal(served, gateway.Upstream.Requests);

        gateway.Plane.TakesRecords = true;
        gateway.Plane.DropStreams();
        await Eventually.TrueAsync(async () => await gateway.StatusAsync(gateway.SignIn("ses_after", "alice")) == 200, "it served again", 15);
    }

    [Fact]
    public async Task Sends_a_few_batches_at_a_time_so_that_pings_find_no_queue_before_them()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        gateway.Plane.TakesRecords = false;
        for (var i = 0; i < 40; i++)
        {
            Assert.Equal(200, await gateway.StatusAsync(gateway.SignIn($"ses_{i}", "alice")));
            var kept = Math.Min(i + 1, SendWindow.Most);
            await Eventually.TrueAsync(() => gateway.Plane.RecordBatches >= kept, "a batch came, or as many as may be on their way");
        }

        Assert.InRange(gateway.Plane.RecordBatches, 1, SendWindow.Most);
        gateway.Plane.TakesRecords = true;
        gateway.Plane.DropStreams();
        await Eventually.TrueAsync(() => gateway.Plane.Records.Count(record => record.Decision is { Decision: "allow" }) >= 40, "all came");
        Assert.Equal(200, await gateway.StatusAsync(gateway.SignIn("ses_after", "alice")));
    }

    [Fact]
    public async Task Sends_again_after_a_restart_what_was_not_acknowledged()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        gateway.Plane.Partition();
        var alice = gateway.SignIn("ses_a", "alice");
        gateway.Plane.Heal();
        gateway.Plane.TakesRecords = false;
        await Eventually.TrueAsync(async () => await gateway.StatusAsync(alice) == 200, "it served");
        await gateway.StopAsync();
        gateway.Plane.TakesRecords = true;

        await gateway.RunAsync();
        await Eventually.TrueAsync(async () => await gateway.StatusAsync(alice) == 200, "it served again");

        await Eventually.TrueAsync(() => gateway.Plane.Records.Count(record => record.Decision is { Decision: "allow" }) >= 2, "both grants were recorded");
        var numbers = gateway.Plane.Records.Select(record => record.Number).ToList();
        Assert.Equal(Enumerable.Range(1, numbers.Count).Select(number => (long)number), numbers);
    }

    [Fact]
    public async Task Records_what_evaluates_to_the_same_answer_again()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        await gateway.StatusAsync(gateway.SignIn("ses_a", "alice"));
        await gateway.StatusAsync(gateway.SignIn("ses_m", "mallory"));
        await Eventually.TrueAsync(() => gateway.Plane.Records.Count(record => record.Decision is not null) == 2, "the decisions were recorded");

        foreach (var decision in gateway.Plane.Records.Select(record => record.Decision))
        {
            var facts = Encoding.UTF8.GetBytes(decision.InputJson);
            Assert.Equal(EvaluationInput.HashOf(facts), decision.InputHash.ToByteArray());
            var input = EvaluationInput.FromJson(facts, Encoding.UTF8.GetBytes(decision.MomentJson));
            var again = Evaluator.Evaluate(gateway.State.Current.Policies, input!);
            Assert.Equal(decision.Cause, again.Cause.ToString());
        }
    }

    [Fact]
    public async Task Counts_the_further_requests_of_a_grant_and_the_refusals_of_nobody()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        var alice = gateway.SignIn("ses_a", "alice");
        for (var i = 0; i < 5; i++)
            Assert.Equal(200, await gateway.StatusAsync(alice));
        for (var i = 0; i < 7; i++)
            Assert.Equal(401, await gateway.StatusAsync());

        await gateway.Part<Gateway.Grants.Accountant>().WriteAsync();

        await Eventually.TrueAsync(() => gateway.Plane.Records.Count(record => record.Count is not null) == 2, "the counts arrived");
        var counts = gateway.Plane.Records.Where(record => record.Count is not null).Select(record => record.Count).ToList();
        Assert.Equal(4, counts.Single(count => count.SessionId == "ses_a").Requests);
        Assert.Equal(7, counts.Single(count => count.Cause == nameof(DecisionCause.NoSession)).Requests);
        Assert.Single(gateway.Plane.Records, record => record.Decision is not null);
    }
}
