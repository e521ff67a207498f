import 'reflect-metadata';
import {
  Controller,
  Get,
  Inject,
  Injectable,
  Module,
  Post,
  Req,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common';
import { JwtModule, JwtService } from '@nestjs/jwt';
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import { createLambdaHandler, Durable, DurableContext, DurableExecutionModule, Step } from 'nestjs-durable-execution';
import passportJwt from 'passport-jwt';
import { httpEvent, tellWorld, type UseCase, worldKnows } from './use-case.js';

const secret = 'only for this test';

@Injectable()
class JwtStrategy extends PassportStrategy(passportJwt.Strategy) {
  constructor() {
    super({ jwtFromRequest: passportJwt.ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKey: secret });
  }

  /** Tokens are valid until a sign-out. */
  validate({ sub, role }: { sub: string; role: string }): object {
    if (worldKnows('signed out')) throw new UnauthorizedException();
    return { id: sub, role };
  }
}

@Injectable()
class Sessions {
  @Step('sign out')
  async signOut(): Promise<void> {
    tellWorld('signed out');
  }
}

@Controller()
@UseGuards(AuthGuard('jwt'))
class Orders {
  constructor(
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(DurableContext) private readonly context: DurableContext,
  ) {}

  @Post('orders')
  @Durable()
  async order(@Req() { user }: { user: object }): Promise<object> {
    await this.sessions.signOut();
    await this.context.wait('a while', { minutes: 5 });
    return { user };
  }

  @Get('me')
  me(@Req() { user }: { user: object }): object {
    return user;
  }
}

@Module({
  imports: [DurableExecutionModule.forRoot(), PassportModule, JwtModule.register({ secret })],
  controllers: [Orders],
  providers: [JwtStrategy, Sessions],
})
class AppModule {}

const headers = { authorization: `Bearer ${new JwtService({ secret }).sign({ sub: 'u1', role: 'buyer' })}` };

export const useCase: UseCase = {
  handler: createLambdaHandler(AppModule),
  input: httpEvent({ method: 'POST', path: '/orders', headers }),
  expected: { statusCode: 201, body: { user: { id: 'u1', role: 'buyer' } } },
  request: httpEvent({ path: '/me', headers }),
  answer: { status: 200, body: 'u1' },
  seen: { 'signed out': 1 },
};
