using Doorward.Control.Certificates;
using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Control.Tests;

/// <summary>A real installation in a directory of its own: real SQLite, only time is made up.</summary>
internal sealed class TestInstallation : IAsyncDisposable
{
    private readonly bool _owned;
    private readonly Installation _installation;
    private readonly ServiceProvider _services;

    private TestInstallation(Installation installation, ServiceProvider services, FakeTimeProvider time, bool owned)
    {
        _installation = installation;
        _services = services;
        _owned = owned;
        Time = time;
    }

    public const string Domain = "doorward.localhost";
    public FakeTimeProvider Time { get; }
    public IServiceProvider Services => _services;
    public DataDirectory Data => _installation.Data;
    public SecretSealer Sealer => _installation.Sealer;
    public SessionStore Sessions => Services.GetRequiredService<SessionStore>();
    public SignInCodes Codes => Services.GetRequiredService<SignInCodes>();

    public static async Task<TestInstallation> CreateAsync(string? path = null, FakeTimeProvider? time = null, Action<IServiceCollection>? add = null)
    {
        time ??= new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
        var installation = Installation.Open(path ?? Directory.CreateTempSubdirectory("doorward-").FullName, time);
        var services = new ServiceCollection();
        services.AddLogging();
        installation.AddTo(services);
        services.AddSessions();
        services.AddCertificates(Domain);
        add?.Invoke(services);
        var test = new TestInstallation(installation, services.BuildServiceProvider(), time, path is null);
        test.Services.GetRequiredService<ComponentCa>();
        test.Services.GetRequiredService<WebCa>();
        await using var db = test.Open();
        await InstallationSeed.PlantAsync(db, test.Sealer, test.Services.GetRequiredService<CookieKeyRing>(), Domain, 8443, time, CancellationToken.None);
        return test;
    }

    public DoorwardDb Open() => Services.GetRequiredService<IDbContextFactory<DoorwardDb>>().CreateDbContext();

    public async Task<User> AddUserAsync(string name)
    {
        await using var db = Open();
        var user = new User { UserName = name, NormalizedUserName = name.ToUpperInvariant(), Created = Time.GetUtcNow() };
        db.Users.Add(user);
        await db.SaveChangesAsync();
        return user;
    }

    public async Task<SignedIn> SignInAsync(User user, int assurance = 1) =>
        await Sessions.StartAsync(
            new SignIn { UserId = user.Id, Assurance = assurance, Methods = ["pwd"], SecurityEpoch = user.SecurityEpoch, Address = "192.0.2.7" },
            CancellationToken.None) ?? throw new InvalidOperationException("The user may not sign in.");

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _installation.Dispose();
        if (_owned)
        {
            Directory.Delete(Data.Path, recursive: true);
        }
    }
}
