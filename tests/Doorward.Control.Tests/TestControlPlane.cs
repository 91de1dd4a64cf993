using Doorward.Control.Certificates;
using Doorward.Control.Feeds;
using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Doorward.Control.Tests;

/// <summary>A control plane that runs: real Kestrel, real TLS, real SQLite. Records go to a list, so that tests can look at them.</summary>
internal sealed class TestControlPlane : IAsyncDisposable
{
    private readonly string _directory;
    private readonly bool _owned;

    private TestControlPlane(WebApplication app, string directory, bool owned) => (App, _directory, _owned) = (app, directory, owned);

    public WebApplication App { get; }
    public IServiceProvider Services => App.Services;
    public Uri Address => ControlPlane.InternalAddress(Services);
    public DataDirectory Data => Services.GetRequiredService<DataDirectory>();
    public SessionStore Sessions => Services.GetRequiredService<SessionStore>();
    public RecordList Records => (RecordList)Services.GetRequiredService<IRecordSink>();

    public static async Task<TestControlPlane> StartAsync(string? directory = null, TimeProvider? time = null, Action<WebApplication>? extend = null, string? ownGateway = null)
    {
        // What was made at one time may not yet be good at another.
        var path = directory ?? (time is null ? await PlantedInstallation.CopyAsync() : Directory.CreateTempSubdirectory("doorward-").FullName);
        var options = new ControlOptions
        {
            DataDirectory = path,
            Domain = TestInstallation.Domain,
            Time = time ?? TimeProvider.System,
            ExtendBuilder = builder => builder.Services.Replace(ServiceDescriptor.Singleton<IRecordSink, RecordList>()),
            ExtendApp = extend,
            OwnGateway = ownGateway,
        };
        var app = await ControlPlane.BuildAsync(options, CancellationToken.None);
        await app.StartAsync();
        return new TestControlPlane(app, path, directory is null);
    }

    public DoorwardDb Open() => Services.GetRequiredService<IDbContextFactory<DoorwardDb>>().CreateDbContext();

    public Task<TestGateway> JoinAsync(string name = "edge") => TestGateway.JoinAsync(this, name);

    public async Task<User> AddUserAsync(string name)
    {
        await using var db = Open();
        var user = new User { UserName = name, NormalizedUserName = name.ToUpperInvariant() };
        db.Users.Add(user);
        await db.SaveChangesAsync();
        return user;
    }

    public async Task<SignedIn> SignInAsync(User user) =>
        await Sessions.StartAsync(new SignIn { UserId = user.Id, Assurance = 1, Methods = ["pwd"], SecurityEpoch = user.SecurityEpoch }, CancellationToken.None)
        ?? throw new InvalidOperationException("The user may not sign in.");

    public JoinTokens JoinTokens => Services.GetRequiredService<JoinTokens>();

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
        if (_owned)
        {
            Directory.Delete(_directory, recursive: true);
        }
    }
}
