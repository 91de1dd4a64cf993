using System.Net;
using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;
using Doorward.Core.Protocol;
using Doorward.Gateway.Connections;
using Doorward.Gateway.Enforcement;
using Doorward.Gateway.Feed;
using Doorward.Gateway.Grants;
using Doorward.Testing.ControlPlane;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Gateway.Tests.Grants;

/// <summary>
/// A revocation and a registration at the same moment, over and over: whichever comes first, no connection is left open
/// that nobody would cut.
/// </summary>
public sealed class NoLostRevokeTests : IAsyncDisposable
{
    private const int Rounds = 100_000;

    // Every so many rounds, by turns of a waiting processor.
    private const int Held = 64;
    private const int Step = 200;
    private const int LongestDelay = 500_000;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("doorward-race-");
    private readonly ServiceProvider _services;
    private long _revision = 1;

    public NoLostRevokeTests()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddGateway(Options(), TimeProvider.System);
        _services = services.BuildServiceProvider();
        Applier.Apply(Snapshot());
        Applier.Answered(1, Lease.Now());
    }

    private Applier Applier => _services.GetRequiredService<Applier>();

    private Lease Lease => _services.GetRequiredService<Lease>();

    private StateCell Cell => _services.GetRequiredService<StateCell>();

    [Fact]
    public async Task Loses_no_revoke_in_a_hundred_thousand_races()
    {
        using var barrier = new Barrier(2);
        var open = new Opened?[1];
        var lost = 0;
        var early = 0;
        var applier = Task.Run(() =>
        {
            var delay = 0;
            for (var round = 0; round < Rounds; round++)
            {
                Prepare(round, open);
                barrier.SignalAndWait();

                // Whoever comes last to the barrier leaves it first: now and then held back until the other is about as early.
                var isHeld = round % Held == 0;
                if (isHeld) Thread.SpinWait(delay);
                Revoke(round);
                barrier.SignalAndWait();
                if (!open[0]!.WasRefused && !open[0]!.WasCut)
                    lost++;
                if (open[0]!.WasRefused)
                    early++;
                if (isHeld) delay = open[0]!.WasRefused ? Math.Min((delay * 2) + Step, LongestDelay) : delay / 2;
                open[0]!.Dispose();
            }
        });
        var requests = Task.Run(() =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                barrier.SignalAndWait();
                Enter(open[0]!);
                barrier.SignalAndWait();
            }
        });

        await Task.WhenAll(applier, requests);

        Assert.Equal(0, lost);

        // Both orders must have happened, or nothing was raced.
        Assert.InRange(early, 1, Rounds - 1);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private void Prepare(int round, Opened?[] open)
    {
        var sessions = _services.GetRequiredService<SessionTable>();
        var key = CredentialKey.Of(BitConverter.GetBytes(round));
        sessions.Admit(key, new ResolveReply
        {
            Found = true,
            Revision = Cell.Current.Revision,
            Session = Scenario.Session($"ses_{round}", "alice", 2, TimeProvider.System.GetUtcNow()).Session,
            Subject = Scenario.User("alice").Subject,
            HandleHost = "wiki.door.test",
        }, out var credential);
        Assert.True(credential!.Session.TryHold());
        if (round % 100 == 0)
            Applier.Answered(_revision, Lease.Now());
        open[0] = new Opened(credential);
    }

    private void Revoke(int round)
    {
        var change = Scenario.SessionEnded($"ses_{round}");
        change.Revision = ++_revision;
        change.Last = true;
        Applier.Apply(change);
    }

    /// <summary>The pipeline's own steps, with nothing between them.</summary>
    private void Enter(Opened opened)
    {
        var state = Cell.Current;
        var facts = new RequestFacts(AccessAction.Read, new HttpEvidence("GET", "wiki.door.test", "/"), IPAddress.Loopback);
        var access = new AccessFeature(state, state.Applications["wiki"]) { Credential = opened.Credential };
        opened.WasRefused = !_services.GetRequiredService<Door>().TryEnter(access, opened.Hold(facts), out _);
    }

    private static Snapshot Snapshot() => new()
    {
        Epoch = "e",
        Revision = 1,
        Settings = new Settings { Domain = "door.test", PublicPort = 443 },
        Policies = { Scenario.Policy("wiki", """permit (principal == User::"alice", action, resource);""").Policies.Put },
        Applications =
        {
            Scenario.Application(new() { Name = "wiki", Hosts = ["wiki.door.test"], Upstreams = [new(new Uri("http://127.0.0.1:1"))] }).Application,
        },
    };

    private GatewayOptions Options() => new()
    {
        Name = "gw1",
        ControlPlane = new Uri("https://127.0.0.1:1"),
        TrustDomain = "door.test",
        DataDirectory = _directory.FullName,
        Listen = [],
        SessionLimit = Rounds * 2,
    };

    private sealed class Opened(ResolvedCredential credential) : IDisposable
    {
        private readonly LiveConnection _live = new(new DefaultHttpContext(), "GET", "/", "127.0.0.1", default);

        public ResolvedCredential Credential => credential;

        public bool WasRefused { get; set; }

        public bool WasCut => _live.WasCut is not null;

        public HeldConnection Hold(RequestFacts facts) => new(_live, facts);

        public void Dispose()
        {
            credential.Session.Release();
            _live.Dispose();
        }
    }
}
