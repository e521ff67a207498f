import { Module } from '@nestjs/common';
import { DurableExecutionModule } from 'nestjs-durable-execution';
import { Mailer } from './mailer.js';
import { NewsletterDispatch } from './newsletter.service.js';

@Module({ imports: [DurableExecutionModule.forRoot()], providers: [NewsletterDispatch, Mailer] })
export class NewsletterModule {}
